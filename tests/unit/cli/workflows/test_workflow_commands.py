"""``genonaut workflows``: files in; graphs, forms or reasons out."""

import gzip
import json
from pathlib import Path

from click.testing import CliRunner, Result
from tests.support.workflow_corpus import corpus, normal_form

from genonaut.cli.main import cli


def _convert(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["workflows", "convert", *map(str, arguments)])


def _write(folder: Path, name: str) -> Path:
    path = folder / f"{name}.ui.json"
    path.write_text(json.dumps(corpus()[name]["ui"]))
    return path


def test_each_file_gets_its_graph_in_the_folder_for_graphs(tmp_path: Path) -> None:
    files = [_write(tmp_path, name) for name in ("edge_basic_modern", "edge_subgraph_3deep")]
    result = _convert(*files, "--out", tmp_path / "graphs")
    assert result.exit_code == 0, result.output
    for name in ("edge_basic_modern", "edge_subgraph_3deep"):
        graph = json.loads((tmp_path / "graphs" / f"{name}.api.json").read_text())
        assert normal_form(graph) == normal_form(corpus()[name]["api"])
    assert sorted(path.name for path in (tmp_path / "graphs").iterdir()) == [
        "edge_basic_modern.api.json",
        "edge_subgraph_3deep.api.json",
    ]


def test_files_that_cannot_be_converted_are_named_and_the_others_are_converted(
    tmp_path: Path,
) -> None:
    good = _write(tmp_path, "edge_basic_modern")
    unknown = _write(tmp_path, "edge_unknown_node_v2")
    text = tmp_path / "notes.txt"
    text.write_text("no workflow")
    result = _convert(unknown, text, tmp_path / "missing.json", good)
    assert result.exit_code == 1
    assert "'My Custom Node+'" in result.stderr
    assert "node 290: My Custom Node+" in result.stderr
    assert "notes.txt is not a JSON file" in result.stderr
    assert "missing.json cannot be read" in result.stderr
    assert (tmp_path / "edge_basic_modern.api.json").is_file()
    assert not (tmp_path / "edge_unknown_node_v2.api.json").exists()


def test_the_classes_of_another_server_are_used(tmp_path: Path) -> None:
    classes = tmp_path / "object_info.json.gz"
    classes.write_bytes(gzip.compress(b'{"Note": {"input": {}, "output": []}}'))
    result = _convert(_write(tmp_path, "edge_basic_modern"), "--object-info", classes)
    assert result.exit_code == 1
    assert "'KSampler'" in result.stderr


def test_a_given_date_replaces_the_tokens(tmp_path: Path) -> None:
    path = _write(tmp_path, "edge_date_tokens")
    assert _convert(path, "--date", "2026-01-02T03:04:05").exit_code == 0
    graph = json.loads((tmp_path / "edge_date_tokens.api.json").read_text())
    assert normal_form(graph) == normal_form(corpus()["edge_date_tokens"]["api"])


def test_the_form_of_a_file_is_printed_with_its_reasons(tmp_path: Path) -> None:
    path = _write(tmp_path, "flux_schnell")
    shown = CliRunner().invoke(cli, ["workflows", "form", str(path)])
    assert shown.exit_code == 0, shown.output
    assert "positive prompt" in shown.stdout
    assert "7 advanced fields" in shown.stderr
    printed = CliRunner().invoke(cli, ["workflows", "form", str(path), "--json"])
    fields = json.loads(printed.stdout)
    assert [field["key"] for field in fields][:2] == ["prompt", "negative_prompt"]


def test_a_form_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"a": 1}')
    refused = CliRunner().invoke(cli, ["workflows", "form", str(path)])
    assert refused.exit_code == 1
    assert "neither a workflow file nor a graph" in refused.stderr
