package studio_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"time"

	"besedka/core/draft"
	"besedka/core/release"
	"besedka/core/staff"
	"besedka/storage"
	"besedka/storage/storagetest"
	"besedka/web/studio"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// office is a studio whose press checks nothing, and its two marketers.
type office struct {
	*testing.T
	*studio.Studio
	anna, boris int64
	between     func(ctx context.Context, tx storage.Tx) error // the release is written and the audit is not; nil: nothing happens
}

func open(t *testing.T) *office {
	t.Helper()
	o := &office{T: t}
	db := storagetest.DB(t)
	o.Studio = &studio.Studio{DB: db, Releases: release.New(db), Press: studio.Press{PublishTx: o.press}}
	for name, id := range map[string]*int64{"Анна": &o.anna, "Борис": &o.boris} {
		p, err := staff.New(db).Invite(t.Context(), now, staff.Person{Name: name, Roles: []staff.Role{staff.Marketer}}, staff.NewToken())
		o.must(err)
		*id = p.ID
	}
	folder, err := release.Folder(map[string][]byte{"flows/a.yaml": []byte("a\n"), "flows/b.yaml": []byte("b\n")})
	o.must(err)
	o.must(o.tx(func(ctx context.Context, tx storage.Tx) error {
		_, err := o.press(ctx, tx, release.Order{At: now}, folder, false)
		return err
	}))
	return o
}

func (o *office) press(ctx context.Context, tx storage.Tx, order release.Order, folder fs.FS, _ bool) (bool, error) {
	_, changed, err := release.PublishTx(ctx, tx, order, folder, func(ctx context.Context, tx storage.Tx, id string) error {
		if o.between != nil {
			if err := o.between(ctx, tx); err != nil {
				return err
			}
		}
		return staff.AuditTx(ctx, tx, order.At, staff.Act{Staff: order.Staff, Act: "release.publish", Object: "release/" + id})
	})
	return changed, err
}

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) tx(do func(ctx context.Context, tx storage.Tx) error) error {
	return o.DB.InTx(o.Context(), do)
}

// draft begins one in which a file is otherwise.
func (o *office) draft(by int64, path, text string) draft.Draft {
	o.Helper()
	var id int64
	o.must(o.tx(func(ctx context.Context, tx storage.Tx) (err error) {
		if id, err = o.OpenTx(ctx, tx, studio.By{Staff: by, At: now}); err != nil {
			return err
		}
		was, err := draft.FileOf(ctx, tx, id, path)
		if err != nil {
			return err
		}
		return draft.WriteTx(ctx, tx, now, draft.Writing{Draft: id, Staff: by, Path: path, Seen: draft.HashOf(was.Body), Body: []byte(text)})
	}))
	return o.find(id)
}

func (o *office) find(id int64) draft.Draft {
	o.Helper()
	d, err := draft.Find(o.Context(), o.DB, id)
	o.must(err)
	return d
}

// publishes a draft as somebody has seen it.
func (o *office) publishes(d draft.Draft) error {
	return o.tx(func(ctx context.Context, tx storage.Tx) error {
		by := studio.By{Staff: d.Staff, At: now, Draft: d.ID, Version: d.Version}
		return o.PublishTx(ctx, tx, by, release.Order{At: now, Staff: d.Staff, Reason: "так", Live: d.Base})
	})
}

func (o *office) goesBack(by int64, live string, publication int64) error {
	return o.tx(func(ctx context.Context, tx storage.Tx) error {
		return o.GoBackTx(ctx, tx, release.Order{At: now, Staff: by, Reason: "назад", Live: live}, publication)
	})
}

func (o *office) live() release.Publication {
	o.Helper()
	is, err := o.Releases.Current(o.Context())
	o.must(err)
	return is
}

// told holds the history to the audit: a row for each publication, and no other.
func (o *office) told(publications int) {
	o.Helper()
	all, err := o.Releases.Publications(o.Context(), 100)
	o.must(err)
	audited, err := storage.Value[int64](o.Context(), o.DB, `select count(*) from audit where act = 'release.publish'`)
	o.must(err)
	if len(all) != publications || int(audited) != publications {
		o.Errorf("%d publications, %d rows of the audit, want %d", len(all), audited, publications)
	}
	for i, p := range all[:len(all)-1] {
		if p.Before != all[i+1].Release || p.Before == p.Release {
			o.Errorf("publication %d took the place of %.12s", p.ID, p.Before)
		}
	}
}

// together runs all at once and tells how each has ended.
func together(all ...func() error) []error {
	errs := make([]error, len(all))
	var done sync.WaitGroup
	for i, do := range all {
		done.Go(func() { errs[i] = do() })
	}
	done.Wait()
	return errs
}

// one holds that one act was done and the others were refused so.
func (o *office) one(errs []error, refusals ...error) {
	o.Helper()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if !slices.ContainsFunc(refusals, func(want error) bool { return errors.Is(err, want) }) {
			o.Errorf("refused with %v", err)
		}
	}
	if done != 1 {
		o.Errorf("%d were done: %v", done, errs)
	}
}

// TestTwoPublishAtOnce: one of them is first, and the draft of the other is as it was.
func TestTwoPublishAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	a, b := o.draft(o.anna, "flows/a.yaml", "anna\n"), o.draft(o.boris, "flows/b.yaml", "boris\n")
	errs := together(func() error { return o.publishes(a) }, func() error { return o.publishes(b) })
	o.one(errs, release.ErrMoved)
	o.told(2)
	won, lost := a, b
	if errs[0] != nil {
		won, lost = b, a
	}
	if is := o.find(lost.ID); is.Closed || is.Version != lost.Version {
		t.Errorf("the other draft is %+v", is)
	}
	if !o.find(won.ID).Closed || *o.live().Staff != won.Staff {
		t.Errorf("in force is %+v", o.live())
	}
	o.must(o.tx(func(ctx context.Context, tx storage.Tx) error {
		return o.RebaseTx(ctx, tx, studio.By{Staff: lost.Staff, At: now, Draft: lost.ID, Version: lost.Version}, o.live().Release, nil)
	}))
	o.must(o.publishes(o.find(lost.ID)))
	files, err := release.Files(t.Context(), o.DB, o.live().Release)
	o.must(err)
	if string(files["flows/a.yaml"]) != "anna\n" || string(files["flows/b.yaml"]) != "boris\n" {
		t.Errorf("somebody's change is lost: %s", files)
	}
	o.told(3)
}

// TestOneDraftIsPublishedOnce, whoever else presses, and never as it was not seen.
func TestOneDraftIsPublishedOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	d := o.draft(o.anna, "flows/a.yaml", "anna\n")
	publish := func() error { return o.publishes(d) }
	o.one(together(publish, publish, publish), draft.ErrClosed)
	o.told(2)
	late := o.draft(o.boris, "flows/b.yaml", "boris\n")
	write := func() error {
		return o.tx(func(ctx context.Context, tx storage.Tx) error {
			return draft.WriteTx(ctx, tx, now, draft.Writing{Draft: late.ID, Staff: o.anna, Path: "flows/c.yaml", Body: []byte("c\n")})
		})
	}
	o.one(together(func() error { return o.publishes(late) }, write), draft.ErrStale, draft.ErrClosed)
}

// TestBackWhileSomebodyPublishes: whoever is second has not seen what is in force, and
// changes nothing.
func TestBackWhileSomebodyPublishes(t *testing.T) {
	t.Parallel()
	o := open(t)
	first := o.live()
	o.must(o.publishes(o.draft(o.anna, "flows/a.yaml", "anna\n")))
	seen := o.live()
	next := o.draft(o.boris, "flows/b.yaml", "boris\n")
	o.one(together(
		func() error { return o.goesBack(o.anna, seen.Release, first.ID) },
		func() error { return o.publishes(next) },
	), release.ErrMoved)
	o.told(3)
	same := o.live()
	if err := o.goesBack(o.anna, same.Release, same.ID); !errors.Is(err, studio.ErrSame) {
		t.Errorf("back to what is in force: %v", err)
	}
	o.told(3)
}

// TestKilledWhilePublishing: the connection dies before the release is written, after it,
// and when all is done but the commit. Nothing is left of it, and the same form does it.
func TestKilledWhilePublishing(t *testing.T) {
	t.Parallel()
	o := open(t)
	was := o.live()
	d := o.draft(o.anna, "flows/a.yaml", "anna\n")
	killed := func(at string) {
		t.Helper()
		err := o.tx(func(ctx context.Context, tx storage.Tx) error {
			if at == "first" {
				die(ctx, tx)
			}
			o.between = nil
			if at == "between" {
				o.between = func(ctx context.Context, tx storage.Tx) error { die(ctx, tx); return nil }
			}
			by := studio.By{Staff: d.Staff, At: now, Draft: d.ID, Version: d.Version}
			err := o.PublishTx(ctx, tx, by, release.Order{At: now, Staff: d.Staff, Reason: "так", Live: d.Base})
			if err == nil && at == "last" {
				die(ctx, tx)
			}
			return err
		})
		if err == nil {
			t.Errorf("killed %s: it is done", at)
		}
		if is := o.find(d.ID); is.Closed || is.Version != d.Version || o.live() != was {
			t.Errorf("killed %s: the draft is %+v, in force is %+v", at, is, o.live())
		}
		o.told(1)
	}
	for _, at := range []string{"first", "between", "last"} {
		killed(at)
	}
	o.between = nil
	o.must(o.publishes(d))
	o.told(2)
}

// die ends the connection under a transaction, as kill -9 of this process does.
func die(ctx context.Context, tx storage.Tx) {
	_, _ = tx.Exec(ctx, `select pg_terminate_backend(pg_backend_pid())`) // it says that it is gone
}

// TestManyAtOnce: whatever many people do at once, each publication is somebody's, and a
// draft is closed by its own.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	first := o.live()
	var all []func() error
	for i := range 6 {
		d := o.draft(o.anna, "flows/a.yaml", fmt.Sprint(i, "\n"))
		all = append(all, func() error { return o.publishes(d) }, func() error {
			live, err := o.Releases.Current(o.Context())
			if err != nil {
				return err
			}
			return o.goesBack(o.boris, live.Release, first.ID)
		})
	}
	done := 0
	for _, err := range together(all...) {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, release.ErrMoved) && !errors.Is(err, studio.ErrSame):
			t.Errorf("refused with %v", err)
		}
	}
	o.told(1 + done)
	closed, err := storage.Value[int64](t.Context(), o.DB, `select count(*) from draft where closed_at is not null`)
	o.must(err)
	published, err := storage.Value[int64](t.Context(), o.DB, `select count(*) from publication where staff_id = $1`, o.anna)
	o.must(err)
	if closed != published {
		t.Errorf("%d drafts are closed, %d were published", closed, published)
	}
}
