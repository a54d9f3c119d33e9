package intake

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"besedka/core/spreadsheet"
	"besedka/core/staff"
	"besedka/storage"
)

// reportRows is how many lines of a report are read at once.
const reportRows = 1000

// ReportOf begins a report: it tells the list, and keeps in the audit log who took it.
func (s *Service) ReportOf(ctx context.Context, now time.Time, by, id int64) (Intake, error) {
	in, err := s.Get(ctx, id)
	if err != nil {
		return in, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, now, staff.Act{Staff: by, Act: "members.import_report", Object: object(id)})
	})
	if err != nil {
		return in, fmt.Errorf("report of list %d: %w", id, err)
	}
	return in, nil
}

// WriteReport writes a line of a list a line, in CSV of RFC 4180; for Excel as it opens it. Who
// it is of is masked, and missing once the list is done with.
func (s *Service) WriteReport(ctx context.Context, in Intake, w io.Writer, lang string, excel bool) error {
	out, head := csv.NewWriter(w), "line"
	if excel {
		out.Comma, head = spreadsheet.Comma, spreadsheet.Mark+head
	}
	err := out.Write([]string{head, "class", "done", "member", "cause", "column", "same_as_line", "what", "cure", "phone", "name", "external"})
	for after := 0; err == nil; {
		var rows []Row
		if rows, err = s.Rows(ctx, in.ID, "", after, reportRows); len(rows) == 0 {
			break
		}
		for _, r := range rows {
			if err = out.Write(in.reported(r, lang)); err != nil {
				break
			}
		}
		after = rows[len(rows)-1].Line
	}
	if out.Flush(); err == nil {
		err = out.Error()
	}
	if err != nil {
		return fmt.Errorf("report of list %d: %w", in.ID, err)
	}
	return nil
}

func (in Intake) reported(r Row, lang string) []string {
	cells := []string{
		strconv.Itoa(r.Line), string(r.Class), strconv.FormatBool(r.Done), number(r.Member), string(r.Cause), in.Title(r.Col), number(int64(r.Other)),
		r.Cause.What().In(lang), r.Cause.Cure().In(lang), r.Phone, r.Name, r.External,
	}
	for i, c := range cells {
		cells[i] = spreadsheet.Plain(c)
	}
	return cells
}

// number is one that may be missing.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// Title is how the file calls a column, from 1; its number once the file is gone.
func (in Intake) Title(col int) string {
	if col < 1 || col > len(in.Head) || in.Head[col-1] == "" {
		return number(int64(col))
	}
	return in.Head[col-1]
}
