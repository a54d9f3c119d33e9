package main

import (
	"errors"
	"testing"

	"besedka/core/release"
	"besedka/storage"
)

// TestNothingIsOpenedForWhatIsNoAddress: anybody may ask as often as they like, and
// the database is not.
func TestNothingIsOpenedForWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	a := &app{publisher: &publisher{releases: release.New(nil)}}
	for _, ref := range []string{"file/x", "file/", "file/flows/hello.yaml", "blob", ""} {
		if _, err := a.shopperPicture(t.Context(), "anna", ref); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%q: %v", ref, err)
		}
	}
}
