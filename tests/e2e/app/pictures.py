"""What is really drawn on a page: its pixels."""

from base64 import b64encode
from typing import Any

from playwright.sync_api import Locator, Page

from infra.local.configuration import ROOT
from tests.e2e.app.films import Colour

QR_READER = ROOT / "frontend" / "node_modules" / "jsqr" / "dist" / "jsQR.js"
PIXELS_OF = """async png => {
    const bytes = Uint8Array.from(atob(png), letter => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height);
}"""


def qr_text(code: Locator) -> str | None:
    """The text of the QR code that an element shows; None where no reader would find one."""
    code.scroll_into_view_if_needed()
    code.page.evaluate(QR_READER.read_text())
    text: str | None = code.page.evaluate(
        f"async png => {{ const {{ data, width, height }} = await ({PIXELS_OF})(png); return jsQR(data, width, height)?.data; }}",
        b64encode(code.screenshot()).decode(),
    )
    return text


def rows_that_differ(page: Page, one: bytes, other: bytes) -> list[int]:
    """The rows of pixels, counted from the top, in which two PNGs of one size differ."""
    rows: list[int] = page.evaluate(
        f"""async pngs => {{
            const [one, other] = await Promise.all(pngs.map({PIXELS_OF}));
            const line = (picture, row) => picture.data.subarray(row * picture.width * 4, (row + 1) * picture.width * 4);
            return [...Array(one.height).keys()].filter(row => {{
                const there = line(other, row);
                return line(one, row).some((level, place) => level !== there[place]);
            }});
        }}""",
        [b64encode(png).decode() for png in (one, other)],
    )
    return rows


def pixels_in(page: Page, png: bytes, colour: Colour) -> int:
    """How many pixels of a PNG have exactly this colour."""
    found: Any = page.evaluate(
        f"""async ([png, colour]) => {{
            const {{ data }} = await ({PIXELS_OF})(png);
            let found = 0;
            for (let at = 0; at < data.length; at += 4) found += colour.every((level, part) => data[at + part] === level);
            return found;
        }}""",
        [b64encode(png).decode(), list(colour)],
    )
    return int(found)
