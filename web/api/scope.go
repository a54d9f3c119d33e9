package api

import (
	"fmt"
	"strconv"
	"strings"

	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/storage"
)

// inScope lets those who work for some partners only see receipts made there, and tasks about
// them. Any other receipt is not found, as one is that does not exist; the log has it.
func (a *api) inScope(c call, r route) error {
	if len(c.by.Partners) == 0 || !aboutReceipts(r.path) {
		return nil
	}
	of, err := a.receiptOf(c, r.path)
	if err != nil {
		return err
	}
	seen, err := receipt.MaySee(c.ctx, a.DB, c.by, of)
	if err != nil || of != 0 && seen {
		return err
	}
	object := r.method + " " + r.path
	if of != 0 {
		object = "receipt/" + strconv.FormatInt(of, 10)
	}
	err = a.Staff.NoteRefusal(c.ctx, c.now, staff.Refusal{Staff: c.by.ID, Route: r.method + " " + r.path, Object: object, Why: "partner"})
	if err != nil {
		return err
	}
	return fmt.Errorf("%s is another partner's: %w", object, storage.ErrNotFound)
}

// aboutReceipts says whether what a route shows or changes is a receipt somebody sent.
// Pictures and shops that nobody knows yet are no partner's.
func aboutReceipts(path string) bool {
	return strings.HasPrefix(path, "/receipts/{id}") || strings.HasPrefix(path, "/reviews/{id}") || path == "/photos/{photo}" || path == "/places"
}

// receiptOf is the receipt that a request is about; 0 when it is about none.
func (a *api) receiptOf(c call, path string) (int64, error) {
	if !strings.Contains(path, "{id}") {
		return 0, nil
	}
	id, err := c.id()
	if err != nil || strings.HasPrefix(path, "/receipts/") {
		return id, err
	}
	task, err := review.Find(c.ctx, a.DB, id)
	return task.Receipt, err
}

// seen leaves out the tasks about receipts that are not for the person to see.
func (a *api) seen(c call, tasks []receipt.Review) ([]receipt.Review, error) {
	return receipt.Seen(c.ctx, a.DB, c.by, tasks, func(t receipt.Review) int64 { return t.Receipt })
}

// forbid refuses a person who lacks a permission; the log has it.
func (a *api) forbid(c call, r route) error {
	name := r.method + " " + r.path
	err := a.Staff.NoteRefusal(c.ctx, c.now, staff.Refusal{Staff: c.by.ID, Route: name, Object: name, Why: string(r.permission)})
	if err != nil {
		return err
	}
	return forbidden{r.permission}
}
