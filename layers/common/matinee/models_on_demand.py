"""To be imported before FastAPI: models of pydantic are built when they are first used, not when they are declared.

FastAPI declares some sixty models of OpenAPI documents. No request needs them, and to build them was a fifth of a cold start.
"""

from pydantic import BaseModel

BaseModel.model_config["defer_build"] = True
