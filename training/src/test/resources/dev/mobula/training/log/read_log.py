"""Reads a log's segments with pyarrow and, through it, DuckDB; prints what it saw as one JSON object."""

import json
import sys
from pathlib import Path

import duckdb
import pyarrow as pa

MAGIC_BYTES = 8

tables = []
for path in sorted(Path(sys.argv[1]).iterdir()):
    if path.suffix == ".arrow":
        with pa.ipc.open_file(path) as reader:
            tables.append(reader.read_all())
    elif path.suffix == ".open":
        # Grows still: a stream behind the magic word, without an end.
        source = pa.BufferReader(path.read_bytes()[MAGIC_BYTES:])
        reader = pa.ipc.open_stream(source)
        batches = []
        try:
            for batch in reader:
                batches.append(batch)
        except pa.ArrowInvalid:
            pass
        tables.append(pa.Table.from_batches(batches, reader.schema))

rows = pa.concat_tables([table.replace_schema_metadata(None) for table in tables])
rows.validate(full=True)
count, total, clicks, longest = duckdb.sql(
    "select count(*), sum(id), count(*) filter (kind = 'click'), max(len(items)) from rows"
).fetchall()[0]
print(
    json.dumps(
        {
            "files": len(tables),
            "rows": rows.num_rows,
            "duckdb_rows": count,
            "sum": int(total),
            "clicks": clicks,
            "longest": longest,
            "missing": rows["score"].null_count,
            "time": str(rows.schema.field("time").type),
            "note": tables[0].schema.metadata[b"origin"].decode(),
        }
    )
)
