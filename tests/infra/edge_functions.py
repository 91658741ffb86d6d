"""Runs CloudFront functions, taken from the template, under Node as CloudFront would."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.infra.templates import ROOT, load, of_type

# Stands for CloudFront's own module: a key-value store whose `get` fails for a key that it lacks.
STORE = """
const entries = JSON.parse(process.argv[2]);
export default {
    kvs: () => ({
        exists: async (key) => key in entries,
        get: async (key) => {
            if (!(key in entries)) throw new Error('KeyNotFound');
            return entries[key];
        },
    }),
};
"""
MAIN = "\nconst answer = await handler({ request: JSON.parse(process.argv[3]) });\nconsole.log(JSON.stringify(answer));\n"


def run(function: str, request: dict[str, Any], folder: Path, store: dict[str, str] | None = None) -> dict[str, Any]:
    """What a function of the delivery template answers to a viewer's request; ``store`` is its key-value store."""
    code = of_type(load(ROOT / "infra" / "delivery.yaml"), "AWS::CloudFront::Function")[function]["FunctionCode"]
    (folder / "cloudfront.mjs").write_text(STORE)
    program = folder / "function.mjs"
    program.write_text(code.replace("from 'cloudfront'", "from './cloudfront.mjs'") + MAIN)
    argv = ["node", str(program), json.dumps(store or {}), json.dumps(request)]
    answer = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=True)
    result: dict[str, Any] = json.loads(answer.stdout)
    return result
