"""LocalStack's entry point, run with the Python of its own virtual environment: ``python run_localstack.py FOLDER``.

FOLDER takes the bodies of S3 objects, which LocalStack otherwise puts into the system's temporary folder whatever its
environment says. Each larger body is an open file there, hence the raised limit.
"""

import logging
import resource
import sys
import tempfile

from localstack.runtime.main import main  # type: ignore[import-not-found, unused-ignore]

if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    tempfile.tempdir = sys.argv[1]
    # Hypercorn sets its own level; the one line below a warning is the address of an internal part, nobody's business.
    logging.getLogger("hypercorn.error").addFilter(lambda record: record.levelno >= logging.WARNING)
    main()
