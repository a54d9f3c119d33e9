package console

import (
	"errors"
	"net/http"
	"strconv"

	"besedka/core/staff"
	"besedka/web/console/ui"
)

// Audit is the section in which auditors read who did what.
func Audit(s *staff.Service) Section {
	return Section{Name: "audit", Whole: true, Routes: []Route{
		{http.MethodGet, "/console/audit", staff.ReadAudit, func(v *Visit) error { return showAudit(v, s) }},
	}}
}

// auditRows is how many a page shows.
const auditRows = 100

// log is what the page of the audit log shows.
type log struct {
	Rows   []staff.Entry
	Next   int64 // the row before which the next page begins; 0: there is none
	Fits   bool  // every row of this page follows from the one before
	Whole  *staff.Log
	Broken bool // the whole log was gone through, and does not fit
}

func showAudit(v *Visit, s *staff.Service) error {
	if len(v.By.Partners) > 0 { // it tells of everybody's receipts
		return v.Foreign("audit")
	}
	before, err := strconv.ParseInt(v.R.FormValue("before"), 10, 64)
	if v.R.FormValue("before") != "" && (err != nil || before < 1) {
		return Refusal{http.StatusBadRequest, "bad_form"}
	}
	l := log{Fits: true}
	if l.Rows, err = s.Audit(v.R.Context(), before, auditRows); err != nil {
		return err
	}
	for _, r := range l.Rows {
		l.Fits = l.Fits && r.Fits
	}
	if len(l.Rows) == auditRows {
		l.Next = l.Rows[auditRows-1].ID
	}
	if v.R.FormValue("whole") != "" {
		if err := l.goThrough(v, s); err != nil {
			return err
		}
	}
	return v.Show(auditPage(v.View, l))
}

// goThrough recomputes the whole log, which is asked for: it may be long.
func (l *log) goThrough(v *Visit, s *staff.Service) error {
	whole, err := s.VerifyAudit(v.R.Context())
	if errors.Is(err, staff.ErrAuditBroken) {
		l.Broken = true
		return nil
	}
	l.Whole = &whole
	return err
}

// state is the log's in a word, and in its colour.
func (l log) state(v ui.View) (ui.Tone, string) {
	switch {
	case l.Broken || !l.Fits:
		return ui.Bad, v.T("audit.broken")
	case l.Whole != nil:
		return ui.OK, v.Count("audit.whole", int64(l.Whole.Rows))
	}
	return ui.OK, v.T("audit.fits")
}
