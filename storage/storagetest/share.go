package storagetest

import (
	"context"
	"sync"
	"testing"
)

// share is the process's one server, held while any of its tests needs it.
// Only a variable of the process can count the tests of a process.
var share struct {
	sync.Mutex
	tests  int
	server *server
}

// join takes the server for the rest of the test.
func join(t testing.TB) *server {
	t.Helper()
	share.Lock()
	defer share.Unlock()
	if share.tests == 0 {
		s, err := openServer(t.Context())
		if err != nil {
			t.Fatalf("test database server: %v", err)
		}
		share.server = s
	}
	share.tests++
	ctx := context.WithoutCancel(t.Context()) // cleanups run after its end
	t.Cleanup(func() {
		if err := part(ctx); err != nil {
			t.Errorf("close test database server: %v", err)
		}
	})
	return share.server
}

func part(ctx context.Context) error {
	share.Lock()
	defer share.Unlock()
	share.tests--
	if share.tests > 0 {
		return nil
	}
	return share.server.close(ctx)
}
