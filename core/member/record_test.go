package member

import (
	"strings"
	"testing"

	"besedka/storage"
	"besedka/storage/storagetest"
)

// notMoved are the tables with a member_id that a merge leaves where they are, and why.
var notMoved = map[string]string{
	"intake_row":   "says what a line of a file became then",
	"staff_grant":  "what the staff gave stays theirs, for their limit",
	"suspension":   "what was said of whom stays history",
	"tier_change":  "history of whom it was said of",
	"tier_look":    "word to look, which whoever it is about outlives",
	"ledger_tx":    "never changed",
	"namesake":     "found anew from what members told",
	"namesake_due": "word to look",
	"member_name":  "found anew from what members told",

	"erasure_certificate": "says what was erased under which number",
}

// TestMergeRecordLeavesNoTableOut: whoever adds a table that names a member says what
// becomes of it when a merge is undone.
func TestMergeRecordLeavesNoTableOut(t *testing.T) {
	type tableRow struct {
		Name string `db:"name"`
	}
	tables, err := storage.Collect[tableRow](t.Context(), storagetest.DB(t), `
select table_name::text as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
where table_schema = 'public' and column_name = 'member_id' and table_type = 'BASE TABLE'`)
	if err != nil || len(tables) < 15 {
		t.Fatal(tables, err)
	}
	for _, table := range tables {
		recorded := strings.Contains(qMergeState, "from "+table.Name+" ") || strings.Contains(qMergeState, "join "+table.Name+" ")
		if recorded == (notMoved[table.Name] != "") {
			t.Errorf("%s: recorded %v, and left out because %q", table.Name, recorded, notMoved[table.Name])
		}
	}
}
