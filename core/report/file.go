package report

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"besedka/core/spreadsheet"
	"besedka/core/staff"
	"besedka/storage"
)

// Export counts the day of now for a file, and keeps in the audit log who took it.
func (s *Service) Export(ctx context.Context, now time.Time, by int64) (Today, error) {
	t, err := s.Today(ctx, now)
	if err != nil {
		return t, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, now, staff.Act{
			Staff: by, Act: "reports.export", Object: "report/today/" + t.Day, Detail: map[string]any{"definitions": t.Definitions},
		})
	})
	return t, err
}

// Write writes the figures as CSV of RFC 4180, one a line, behind the lines that tell
// who took them, when and of what. For Excel it is as Excel opens it.
func (t Today) Write(w io.Writer, by int64, excel bool) error {
	out, head := csv.NewWriter(w), "section"
	if excel {
		out.Comma, head = spreadsheet.Comma, spreadsheet.Mark+head
	}
	lines := lines{{head, "of", "group", "figure", "value"}}
	lines.about(t, by)
	lines.members(t.Members)
	lines.receipts(t.Receipts, t.Verdicts)
	for _, p := range t.Points {
		lines.add("points", p.Currency, "", "issued", p.Issued)
		lines.add("points", p.Currency, "", "spent", p.Spent)
		lines.add("points", p.Currency, "", "expired", p.Expired)
		lines.add("points", p.Currency, "", "held", p.Held)
	}
	for _, c := range t.Coupons {
		lines.add("coupons", c.Campaign, "", "issued", c.Issued)
		lines.add("coupons", c.Campaign, "", "void", c.Void)
	}
	lines.funnels(t.Funnels)
	lines.waiting(t.Waiting)
	for _, c := range t.Campaigns {
		lines.add("campaigns", c.ID, "", "state", c.State)
	}
	return out.WriteAll(lines)
}

// lines are those of a file.
type lines [][]string

func (l *lines) add(section, of, group, figure string, value any) {
	line := []string{section, of, group, figure, fmt.Sprint(value)}
	for i, cell := range line {
		line[i] = spreadsheet.Plain(cell)
	}
	*l = append(*l, line)
}

func (l *lines) about(t Today, by int64) {
	l.add("about", "", "", "exported_by", "staff/"+strconv.FormatInt(by, 10))
	l.add("about", "", "", "exported_at", t.At.UTC().Format(time.RFC3339))
	l.add("about", "", "", "day", t.Day)
	l.add("about", "", "", "zone", t.Zone)
	l.add("about", "", "", "definitions", t.Definitions)
}

// withheld is what stands in place of groups that are too small to be told apart.
const withheld = "withheld"

func (l *lines) members(m Members) {
	l.add("members", "", "", "registered", m.Registered)
	for _, s := range m.Splits {
		of := strings.TrimSuffix(s.By, ":")
		if s.Withheld {
			l.add("members", of, "", withheld, "")
		}
		for _, g := range s.Groups {
			l.add("members", of, g.Name, "registered", g.Members)
		}
	}
}

func (l *lines) receipts(r Receipts, v Verdicts) {
	l.add("receipts", "", "", "sent", r.Sent)
	for _, s := range r.States {
		l.add("receipts", "state", string(s.State), "receipts", s.Receipts)
	}
	for _, c := range r.Rejected {
		l.add("receipts", "rejected", c.Reason, "receipts", c.Receipts)
	}
	l.add("receipts", "claims", "", "receipts", r.Claims)
	l.add("receipts", "duplicates", "", "receipts", r.Duplicates)
	for _, c := range r.Refused {
		l.add("receipts", "refused", c.Reason, "receipts", c.Receipts)
	}
	for i, n := range v.Decided {
		bucket := "later"
		if i < len(v.Targets) {
			bucket = v.Targets[i].Target
		}
		l.add("verdicts", "decided", bucket, "receipts", n)
		l.add("verdicts", "undecided", bucket, "receipts", v.Undecided[i])
	}
}

func (l *lines) waiting(w Waiting) {
	if w.Withheld {
		l.add("waiting", "", "", withheld, "")
	}
	for _, s := range w.Steps {
		l.add("waiting", "step", s.Step, "people", s.People)
	}
}

func (l *lines) funnels(funnels []Funnel) {
	for _, f := range funnels {
		l.add("funnel", f.Flow, "", "came", f.Came)
		if f.Withheld {
			l.add("funnel", f.Flow, "", withheld, "")
		}
		for _, s := range f.Stages {
			l.add("funnel", f.Flow, s.Stage, "reached", s.Reached)
			l.add("funnel", f.Flow, s.Stage, "here", s.Here)
		}
	}
}
