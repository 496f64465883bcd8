"""Made-up data (Faker, seeded): operators, networks, inbound texts. Never ids, never numbers that exist."""
