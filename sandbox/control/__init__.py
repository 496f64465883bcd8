"""The control API (CONTROL-API.md): how tests, people and the page look into the sandbox and steer it.

One file a resource; ``router`` leads to them, ``gate`` keeps strangers out, ``document`` says what may be asked.
"""
