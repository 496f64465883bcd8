"""A report as JUnit XML, the form that every CI reads: a test case an expectation, coverage as properties."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from sandbox.wire import encode

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def xml(report: Mapping[str, Any]) -> bytes:
    """``report`` as ``/_sandbox/report`` gives it in JSON."""
    results = report["results"]
    failures = sum(not result["passed"] for result in results)
    name = _legal(f"{report['scenario']} in {report['space']}")
    suite = ET.Element("testsuite", name=name, tests=str(len(results)), failures=str(failures), errors="0")
    properties = ET.SubElement(suite, "properties")
    for slug, covered in report["coverage"].items():
        for kind in ("errors", "states"):
            value = f"{len(covered[kind]['seen'])}/{covered[kind]['total']}"
            ET.SubElement(properties, "property", name=f"{slug}.{kind}", value=value)
    for number, result in enumerate(results, 1):
        _case(suite, report["scenario"], number, result)
    root = ET.Element("testsuites", tests=str(len(results)), failures=str(failures))
    root.append(suite)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _case(suite: ET.Element, scenario: str, number: int, result: Mapping[str, Any]) -> None:
    written = _legal(encode(result["expect"]).decode())
    case = ET.SubElement(suite, "testcase", classname=f"sms-sandbox.{_legal(scenario)}", name=f"{number} {written}")
    actual = _legal(encode(result["actual"]).decode())
    if result["passed"]:  # on what: a verdict on nothing holds too
        ET.SubElement(case, "system-out").text = f"found {actual}"
    else:
        failure = ET.SubElement(case, "failure", message=f"expected {written}, found {actual}", type="expectation")
        failure.text = _legal("\n".join(result["messages"]))


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
