"""Hold a published stream against RFC 8216, its successor's draft, and Apple's authoring rules, rule by rule.

The bytes of a stream can come from a hostile upload, copied as they were. So nothing here decodes: packet headers, parameter
sets and frame headers are read by code of this package, with bounds, and every read that fails is a finding.
"""

from functions.transcode.conformance.check import Sample, check, snapshot
from functions.transcode.conformance.report import Finding, Report
from functions.transcode.conformance.rules import RULES, Rule, Severity

__all__ = ["RULES", "Finding", "Report", "Rule", "Sample", "Severity", "check", "snapshot"]
