"""sms-sandbox: four SMS provider APIs that send nothing and forget nothing."""

__version__ = "0.1.0"
