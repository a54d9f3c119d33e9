package api

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"besedka/core/spreadsheet"
	"besedka/core/staff"
	"besedka/core/survey"
	"besedka/flows"
	"besedka/storage"
)

// exportAnswers writes a response a line, in CSV of RFC 4180: members by number
// alone, which is why it is for those who may read answers. ?excel=1 writes it as
// the Excel of a country with a decimal comma opens it: a mark of UTF-8, and ; between.
func (a *api) exportAnswers(c call, w http.ResponseWriter) error {
	id, s, err := a.survey(c)
	if err != nil {
		return err
	}
	if s == nil {
		return fmt.Errorf("survey %s: %w", id, storage.ErrNotFound)
	}
	excel, err := c.excel()
	if err != nil {
		return err
	}
	err = a.DB.InTx(c.ctx, func(ctx context.Context, tx storage.Tx) error {
		return staff.AuditTx(ctx, tx, c.now, staff.Act{Staff: c.by.ID, Act: "surveys.export", Object: "survey/" + id})
	})
	if err != nil {
		return err
	}
	sheet := sheet{csv.NewWriter(w), http.NewResponseController(w), s.Questions}
	if excel {
		sheet.Comma = spreadsheet.Comma
	}
	asFile(w, "answers.csv")
	err = a.DB.InSnapshot(c.ctx, func(ctx context.Context, tx storage.Tx) error {
		if err := sheet.head(); err != nil {
			return err
		}
		return a.Surveys.Export(ctx, tx, id, sheet.line)
	})
	if sheet.Flush(); err == nil {
		return sheet.Error()
	}
	// what was sent cannot be taken back: the connection breaks off, so that nobody
	// takes a part for the whole
	a.Log.ErrorContext(c.ctx, "an export broke off", "survey", id, "error", err)
	panic(http.ErrAbortHandler)
}

// excel says whether the caller wants a file as Excel opens it.
func (c call) excel() (bool, error) {
	text := c.r.URL.Query().Get("excel")
	if text != "" && text != "1" {
		return false, invalid{"excel must be 1 or left out"}
	}
	return text == "1", nil
}

// asFile makes the answer a file of CSV.
func asFile(w http.ResponseWriter, name string) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

// sheet writes lines as they come.
type sheet struct {
	*csv.Writer
	connection *http.ResponseController
	questions  []*flows.Question
}

func (s sheet) head() error {
	line := []string{"response", "member", "channel", "segments", "started", "completed"}
	for _, q := range s.questions {
		line = append(line, q.ID)
	}
	if s.Comma == spreadsheet.Comma {
		line[0] = spreadsheet.Mark + line[0]
	}
	return s.Write(line)
}

// lineTime is how long a reader may take for what is written at once.
const lineTime = time.Minute

func (s sheet) line(r survey.Response) error {
	line := []string{strconv.FormatInt(r.ID, 10), number(r.Member), r.Channel, spreadsheet.Plain(strings.Join(r.Segments, ",")), instant(r.Started), instant(r.Completed)}
	for _, q := range s.questions {
		text := r.Given[q.ID]
		if q.Type == flows.TextQuestion {
			text = r.Written[q.ID]
		}
		line = append(line, spreadsheet.Plain(text))
	}
	_ = s.connection.SetWriteDeadline(time.Now().Add(lineTime)) // the server's is for answers of one piece
	return s.Write(line)
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}
