"""What a consumer gets: a callback as its provider has it, the same at each attempt but for its signature."""

from dataclasses import replace

from sandbox.ids import Ids
from sandbox.providers.base import Provider
from sandbox.sms.message import Message
from sandbox.spaces.space import Space
from sandbox.store.rows import Callback
from sandbox.wire import Post


def signed(space: Space, provider: Provider, callback: Callback, message: Message | None, at: int) -> Post:
    """The post as it leaves at ``at`` (real microseconds)."""
    account = space.account(callback.provider, callback.account)
    secret = account.settings.get("secret") if account else None
    return provider.sign(rendered(provider, callback, message), secret, at, callback.words.get("sign"))


def rendered(provider: Provider, callback: Callback, message: Message | None) -> Post:
    """The post as it leaves each time, but for its signature."""
    if message is not None and callback.words.get("unknown_id"):
        message = stranger(message)
    if message is not None and callback.receipt is not None:
        post = provider.post(message, callback.receipt, callback.url)
    elif message is not None and callback.link is not None:
        post = provider.clicked(message, callback.link, callback.happened_at, callback.url)
    else:
        post = Post(callback.url, callback.post)
    assert post is not None  # noqa: S101 - only states with a word become callbacks
    return post


def stranger(message: Message) -> Message:
    """The message under names that nobody knows, the same ones at every attempt (``unknown_id``)."""
    ids = Ids.fixed("stranger", message.space, message.id)
    unknown = {value: ids.stranger(value) for value in (message.id, *message.provider_ids.values())}
    names = {name: unknown[value] for name, value in message.provider_ids.items()}
    return replace(message, id=unknown[message.id], provider_ids=names)
