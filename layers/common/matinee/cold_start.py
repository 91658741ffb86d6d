"""To be imported before FastAPI, by the first line of an HTTP function: what makes its import shorter, until ``over``.

- Models of pydantic are built when they are first used, not when they are declared. FastAPI declares some sixty models of OpenAPI
  documents, which no request needs.
- The garbage collector rests. It goes through all that is made again and again, and of what an import makes nothing is garbage.
- pydantic looks for no plugins, for which it would read the metadata of every installed package.
- FastAPI does not find email-validator, which it would import for a field of those models; who checks an address does, later.
"""

import gc
import os
import sys

gc.disable()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
sys.modules.setdefault("email_validator", None)  # type: ignore[arg-type] # None: "not to be had"

from pydantic import BaseModel  # noqa: E402 # after what it reads

BaseModel.model_config["defer_build"] = True


def over() -> None:
    """All is imported. What is there now stays, and the garbage collector need not look at it again."""
    if sys.modules.get("email_validator", gc) is None:
        del sys.modules["email_validator"]
    gc.freeze()
    gc.enable()
