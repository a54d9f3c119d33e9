package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// table is one of ours, with what a COPY of it needs.
type table struct {
	Name     string   `db:"name" json:"name"`
	Columns  []string `db:"columns" json:"columns"`
	RefersTo []string `db:"refers_to" json:"-"` // by foreign key, itself left out
}

func (t table) copySQL(direction string) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = pgx.Identifier{c}.Sanitize()
	}
	return fmt.Sprintf("copy %s (%s) %s", pgx.Identifier{t.Name}.Sanitize(), strings.Join(columns, ", "), direction)
}

// The catalogue of the schema that migrations fill. Goose's own table is not
// data; generated columns make themselves.
const (
	qTables = `
		select c.relname as name,
			array(
				select a.attname::text from pg_attribute a
				where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
				order by a.attnum) as columns,
			array(
				select distinct confrelid::regclass::text from pg_constraint
				where conrelid = c.oid and contype = 'f' and confrelid <> c.oid) as refers_to
		from pg_class c
		where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relname <> 'goose_db_version'
		order by c.relname`

	qSequences = `
		select sequencename as name, last_value
		from pg_sequences
		where schemaname = current_schema() and last_value is not null and sequencename <> 'goose_db_version_id_seq'`

	qSchemaVersion = `select max(version_id) from goose_db_version where is_applied`
)

// describe reads what there is to copy. Sequences are read inside the
// snapshot's transaction but are newer than it, so they are ahead of its ids.
func describe(ctx context.Context, tx Tx) (m manifest, err error) {
	m = manifest{Format: backupFormat, Sequences: map[string]int64{}}
	if m.Schema, err = Value[int64](ctx, tx, qSchemaVersion); err != nil {
		return m, fmt.Errorf("schema version: %w", err)
	}
	tables, err := Collect[table](ctx, tx, qTables)
	if err != nil {
		return m, fmt.Errorf("tables: %w", err)
	}
	if m.Tables, err = inOrder(tables); err != nil {
		return m, err
	}
	type sequence struct {
		Name string
		Last int64 `db:"last_value"`
	}
	sequences, err := Collect[sequence](ctx, tx, qSequences)
	for _, s := range sequences {
		m.Sequences[s.Name] = s.Last
	}
	return m, err
}

// inOrder puts every table after those it refers to, so that a restore needs
// no right to switch foreign keys off.
func inOrder(tables []table) ([]table, error) {
	var ordered []table
	placed := map[string]bool{}
	for len(tables) > 0 {
		waiting := slices.Clone(tables)
		tables = nil
		for _, t := range waiting {
			if slices.ContainsFunc(t.RefersTo, func(name string) bool { return !placed[name] }) {
				tables = append(tables, t)
				continue
			}
			ordered, placed[t.Name] = append(ordered, t), true
		}
		if len(tables) == len(waiting) {
			return nil, errors.New("tables refer to each other in a circle, from " + tables[0].Name)
		}
	}
	return ordered, nil
}
