/// Rows of typed columns, and the files and databases they come from and go to: Arrow, Parquet, CSV, TSV, JSON lines,
/// PostgreSQL.
///
/// Every source is a [TableReader] that fills a [Rows] batch again and again. Open [TableSchema] first.
@NullMarked
package dev.mobula.training.columns;

import org.jspecify.annotations.NullMarked;
