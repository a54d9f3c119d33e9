package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"besedka/core/member"
	"besedka/core/seal"
	"besedka/storage"
	"besedka/storage/embedded"
)

// place says where an installation keeps its data. Without a database address
// it runs its own PostgreSQL in the data folder.
type place struct {
	Data        string `help:"Data folder: the private PostgreSQL, the master key." default:"var" type:"path" env:"BESEDKA_DATA"`
	DatabaseURL secret `help:"Address of a PostgreSQL to use instead of the private one." env:"DATABASE_URL"`
	MasterKey   string `help:"File with the master key; by default master.key in the data folder." type:"path" env:"BESEDKA_MASTER_KEY_FILE"`

	params map[string]string // of the private PostgreSQL, on top of ours
}

// installation is an opened place: a migrated database and the key to what is
// sealed in it.
type installation struct {
	place   place
	dsn     string
	db      *storage.DB
	keys    *seal.Keyring
	cluster *embedded.Cluster
}

// open starts or joins the database, brings its schema up to date and reads
// the master key.
func (p place) open(ctx context.Context, log *slog.Logger) (_ *installation, err error) {
	in, err := p.reach(ctx, log)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, in.close(ctx))
		}
	}()
	if err := storage.Migrate(ctx, in.dsn); err != nil {
		return nil, err
	}
	if in.db, err = storage.Open(ctx, in.dsn, maxConnections); err != nil {
		return nil, err
	}
	return in, in.unlock(ctx, log)
}

// unlock reads the master key, holds it to the database, and erases again
// whoever a restored backup brought back.
func (in *installation) unlock(ctx context.Context, log *slog.Logger) (err error) {
	if in.keys, err = in.readKeys(ctx); err != nil {
		return err
	}
	if info, err := os.Stat(in.place.masterKey()); err == nil && info.Mode().Perm()&0o077 != 0 {
		log.WarnContext(ctx, "other users of this machine may read the master key: make its mode 0600", "mode", info.Mode().Perm())
	}
	people := member.New(in.db, in.keys, nil) // nobody is joined here
	if err := people.CheckMaster(ctx); err != nil {
		return err
	}
	return replayErasures(ctx, in.place.forgetting(people, nil), log)
}

func replayErasures(ctx context.Context, f member.Forgetting, log *slog.Logger) error {
	erased, err := f.Replay(ctx, time.Now())
	if erased > 0 {
		log.InfoContext(ctx, "the database brought erased members back: they are erased again", "members", erased)
	}
	return err
}

// readKeys makes a master key for a new database only: whoever mislaid the file
// of a sealed one must find it again.
func (in *installation) readKeys(ctx context.Context) (*seal.Keyring, error) {
	file := in.place.masterKey()
	sealed, err := member.Sealed(ctx, in.db)
	if err != nil {
		return nil, err
	}
	if sealed {
		keys, err := seal.OpenFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("this database is sealed and its master key is missing: put the file %s back, no other key opens it", file)
		}
		return keys, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, fmt.Errorf("folder of the master key: %w", err)
	}
	return seal.OpenOrCreateFile(file)
}

// reach starts or joins the database and touches nothing in it.
func (p place) reach(ctx context.Context, log *slog.Logger) (*installation, error) {
	if p.DatabaseURL != "" {
		return &installation{place: p, dsn: string(p.DatabaseURL)}, nil
	}
	if err := os.MkdirAll(p.Data, 0o755); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	cluster, err := embedded.Open(ctx, embedded.Config{Dir: filepath.Join(p.Data, "postgres"), Params: p.params, Log: log})
	if err != nil {
		return nil, err
	}
	if err := cluster.CreateDatabase(ctx, "besedka"); err != nil {
		return nil, errors.Join(err, cluster.Close(context.WithoutCancel(ctx)))
	}
	return &installation{place: p, dsn: cluster.DSN("besedka"), cluster: cluster}, nil
}

// maxConnections is for claims, and as many for everything else: three processes
// share a PostgreSQL that takes its hundred connections.
const maxConnections = 16

func (p place) masterKey() string {
	if p.MasterKey != "" {
		return p.MasterKey
	}
	return filepath.Join(p.Data, "master.key")
}

// close gives everything back; the private PostgreSQL stops with its last user.
func (in *installation) close(ctx context.Context) error {
	if in.db != nil {
		in.db.Close()
	}
	if in.cluster != nil {
		return in.cluster.Close(context.WithoutCancel(ctx))
	}
	return nil
}
