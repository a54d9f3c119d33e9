package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"besedka/core/conversation"
	"besedka/core/letter"
	"besedka/core/member"
	"besedka/storage"
)

type dbCmd struct {
	Migrate dbMigrateCmd `cmd:"" help:"Bring the schema up to this program's."`
	Backup  dbBackupCmd  `cmd:"" help:"Write every row into a file, while the database stays in use. Keep the master key apart: it is not in the file."`
	Restore dbRestoreCmd `cmd:"" help:"Fill an empty database from a file that backup wrote."`
}

type dbMigrateCmd struct{ place }

// Run migrates and does nothing else.
func (c *dbMigrateCmd) Run(ctx context.Context, log *slog.Logger) error {
	return withDatabase(ctx, c.place, log, func(dsn string) error { return storage.Migrate(ctx, dsn) })
}

type dbBackupCmd struct {
	place
	File string `arg:"" type:"path" help:"The file to write."`
}

// Run writes the file under another name first: one with the right name is
// whole.
func (c *dbBackupCmd) Run(ctx context.Context, log *slog.Logger) error {
	f, err := os.CreateTemp(filepath.Dir(c.File), filepath.Base(c.File)+".*") // readable by its owner only
	if err != nil {
		return err
	}
	err = withDatabase(ctx, c.place, log, func(dsn string) error { return storage.Backup(ctx, dsn, f) })
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), c.File)
}

type dbRestoreCmd struct {
	place
	File string `arg:"" type:"existingfile" help:"The file that backup wrote."`
}

// Run migrates first, since a restore fills tables and makes none. Whoever was
// erased since the backup is erased again before anybody opens the database; a
// kill in between leaves that to the next command. Those who only asked for it have
// an hour more.
func (c *dbRestoreCmd) Run(ctx context.Context, log *slog.Logger) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	return withDatabase(ctx, c.place, log, func(dsn string) error {
		if err := storage.Migrate(ctx, dsn); err != nil {
			return err
		}
		var asked []int64
		err := storage.Restore(ctx, dsn, f, func(ctx context.Context, tx storage.Tx) (err error) {
			if asked, err = member.RenewErasuresTx(ctx, tx, time.Now()); err != nil {
				return err
			}
			if err := letter.DoubtAllTx(ctx, tx); err != nil {
				return err
			}
			return conversation.LeapTx(ctx, tx)
		})
		if errors.Is(err, storage.ErrNotEmpty) {
			return fmt.Errorf("%w; give a new BESEDKA_DATA or DATABASE_URL", err)
		}
		if err != nil {
			return err
		}
		if len(asked) > 0 {
			log.WarnContext(ctx, "members had asked to be forgotten when the backup was made, and may have thought better of it since: unless they do again, they are erased at the end of the grace", "members", asked, "grace", member.Grace)
		}
		return c.forgetAgain(ctx, dsn, log)
	})
}

// forgetAgain needs no master key: the list names keys by their wrapped form.
func (p place) forgetAgain(ctx context.Context, dsn string, log *slog.Logger) error {
	db, err := storage.Open(ctx, dsn, 1)
	if err != nil {
		return err
	}
	defer db.Close()
	return replayErasures(ctx, p.forgetting(member.New(db, nil, nil), nil), log)
}

func withDatabase(ctx context.Context, p place, log *slog.Logger, do func(dsn string) error) error {
	in, err := p.reach(ctx, log)
	if err != nil {
		return err
	}
	return errors.Join(do(in.dsn), in.close(ctx))
}
