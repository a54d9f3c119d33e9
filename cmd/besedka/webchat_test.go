package main

import (
	"errors"
	"testing"

	"besedka/storage"
)

// TestFilesOfTheProgrammeHaveNoAddress: anybody may ask for one as often as they
// like, and nothing is opened for them, not even the release in force.
func TestFilesOfTheProgrammeHaveNoAddress(t *testing.T) {
	t.Parallel()
	for _, ref := range []string{"file/x", "file/", "blob", ""} {
		if _, err := (&app{}).shopperPicture(t.Context(), "anna", ref); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%q: %v", ref, err)
		}
	}
}
