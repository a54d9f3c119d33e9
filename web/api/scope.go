package api

import (
	"fmt"
	"strconv"
	"strings"

	"besedka/core/coupon"
	"besedka/core/ledger"
	"besedka/core/prize"
	"besedka/core/receipt"
	"besedka/core/review"
	"besedka/core/staff"
	"besedka/storage"
)

// inScope lets those who work for some partners only see receipts made there, what these have
// brought and the work of their colleagues. Anything else is not found, as what does not exist;
// the log has it. Lists are cut by their own queries: docs/api.md says what is whose.
func (a *api) inScope(c call, r route) error {
	if len(c.by.Partners) == 0 {
		return nil
	}
	object, theirs := r.method+" "+r.path, false
	switch kind, _, numbered := strings.Cut(strings.TrimPrefix(r.path, "/"), "/{id}"); {
	case r.path == "/places", r.path == "/audit": // shops that nobody knows yet are no partner's; the log tells of all
	case !numbered || scopes[kind] == nil:
		return nil
	default:
		id, err := c.id()
		if err != nil {
			return err
		}
		if object, theirs, err = scopes[kind](a, c, id); err != nil {
			return err
		}
	}
	if theirs {
		return nil
	}
	return a.others(c, r, object)
}

// others refuses what is another partner's.
func (a *api) others(c call, r route, object string) error {
	why := staff.Refusal{Staff: c.by.ID, Route: r.method + " " + r.path, Object: object, Why: "partner"}
	if err := a.Staff.NoteRefusal(c.ctx, c.now, why); err != nil {
		return err
	}
	return fmt.Errorf("%s is another partner's: %w", object, storage.ErrNotFound)
}

// scopes say by the beginning of an address whether what its number names is for the caller,
// and what the log calls it.
var scopes = map[string]func(a *api, c call, id int64) (object string, theirs bool, err error){
	"receipts": (*api).ownReceipt,
	"reviews": func(a *api, c call, id int64) (string, bool, error) {
		task, err := review.Find(c.ctx, a.DB, id)
		if err != nil {
			return "", false, err
		}
		return a.ownReceipt(c, task.Receipt)
	},
	"coupons": func(a *api, c call, id int64) (string, bool, error) {
		k, err := coupon.Get(c.ctx, a.DB, id)
		if err != nil {
			return "", false, err
		}
		return a.ownReceipt(c, k.Receipt)
	},
	"orders": (*api).ownOrder,
	"redemptions": func(a *api, c call, id int64) (string, bool, error) {
		held, err := ledger.HeldAs(c.ctx, a.DB, id)
		if err != nil {
			return "", false, err
		}
		theirs, err := a.Staff.Together(c.ctx, c.by, madeBy(held.Key))
		return "redemption/" + strconv.FormatInt(id, 10), theirs, err
	},
	"staff": func(a *api, c call, id int64) (string, bool, error) {
		theirs, err := a.Staff.Under(c.ctx, c.by, id)
		return "staff/" + strconv.FormatInt(id, 10), theirs, err
	},
}

func (a *api) ownReceipt(c call, id int64) (string, bool, error) {
	seen, err := receipt.MaySee(c.ctx, a.DB, c.by, id)
	return "receipt/" + strconv.FormatInt(id, 10), seen, err
}

func (a *api) ownOrder(c call, id int64) (string, bool, error) {
	o, _, err := prize.History(c.ctx, a.DB, id)
	if err != nil || o.Receipt == nil { // bought, and no partner's
		return "", true, err
	}
	return a.ownReceipt(c, *o.Receipt)
}

// ownCode refuses the code of what another partner's receipt has won: a wrong one would show
// the order, and be counted.
func (a *api) ownCode(c call, code string) error {
	if len(c.by.Partners) == 0 {
		return nil
	}
	id, err := prize.Coded(code)
	if err != nil {
		return err
	}
	object, theirs, err := a.ownOrder(c, id)
	if err != nil || theirs {
		return err
	}
	return a.others(c, route{method: c.r.Method, path: "/handovers"}, object)
}

// madeBy is who of the staff made a redemption, by its key; 0 when it is none.
func madeBy(key string) int64 {
	who, _, _ := strings.Cut(strings.TrimPrefix(key, redemptionKey), "/")
	id, err := strconv.ParseInt(who, 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// ownPhoto refuses a picture of another partner's receipt, see receipt.MaySeePhoto.
func (a *api) ownPhoto(c call, photo string, loose bool) error {
	seen, err := receipt.MaySeePhoto(c.ctx, a.DB, c.by, photo, loose)
	if err != nil || seen {
		return err
	}
	return a.others(c, route{method: c.r.Method, path: c.r.URL.Path}, "photo/"+photo)
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
