"""Films as phones, cameras, screen recorders and archives make them: the scene of ``scene``, in every wrapping."""

from tests.integration.transcode.films.broken import BROKEN
from tests.integration.transcode.films.captions import BITMAPS, SUBTITLED
from tests.integration.transcode.films.changes import CHANGES
from tests.integration.transcode.films.codecs import CODECS
from tests.integration.transcode.films.shapes import SHAPES
from tests.integration.transcode.films.sounds import LANGUAGES, SOUNDS
from tests.integration.transcode.films.times import TIMES
from tests.integration.transcode.films.wrappings import WRAPPINGS

FILMS = [*WRAPPINGS, *CODECS, *SHAPES, *TIMES, *CHANGES, *SOUNDS, *BROKEN, *SUBTITLED, BITMAPS, LANGUAGES]
