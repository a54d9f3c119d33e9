package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"besedka/bots"
	"besedka/core/chat"
	"besedka/core/media"
	"besedka/core/seal"
	"besedka/flows/programme"
	"besedka/storage"
)

// TestLinkedPictures: a picture is open to who has its address, as long as it lasts and
// its person is not forgotten; the address says nothing of it, and no other one opens it.
func TestLinkedPictures(t *testing.T) {
	t.Parallel()
	c := gatherStrangers(t, false)
	c.baseURL = "https://bonus.example"
	c.text(chat.Viber, "anna", "привет")
	anna := c.subjectOf(chat.Viber, "anna")
	small, large := gray(t, 9), append(gray(t, 9), make([]byte, pictureMost)...)
	keep := func(data []byte) string {
		blob, err := c.media.Put(t.Context(), c.at, anna.Key, media.File{Subject: anna.ID, Mime: "image/png", Data: data})
		if err != nil {
			t.Fatal(err)
		}
		return blob
	}
	blob := keep(small)
	mine := c.linkOf(chat.Media{Blob: blob})
	if got, err := c.linkedPicture(t.Context(), mine); err != nil || got.Type != "image/png" || !bytes.Equal(got.Data, small) || !strings.HasSuffix(mine, ".png") || strings.Contains(mine, blob) {
		t.Errorf("%s: %s of %d bytes, %v", mine, got.Type, len(got.Data), err)
	}
	if again := c.linkOf(chat.Media{Blob: blob}); again == mine {
		t.Error("two addresses of one picture are alike")
	}
	wall := c.linkOf(chat.Media{Blob: keep(large)})
	if got, err := c.linkedPicture(t.Context(), wall); err != nil || got.Type != "image/jpeg" || len(got.Data) > pictureMost || http.DetectContentType(got.Data) != got.Type || !strings.HasSuffix(wall, ".jpeg") {
		t.Errorf("one that is too large: %s of %d bytes, %v", got.Type, len(got.Data), err)
	}
	ours := c.linkOf(chat.Media{Path: "kruzhka.png", Hash: c.programme().Images["kruzhka"].Hash})
	want, _ := programme.Files.ReadFile("media/kruzhka.png")
	if got, err := c.linkedPicture(t.Context(), ours); err != nil || !bytes.Equal(got.Data, want) {
		t.Errorf("one of the programme: %d bytes, %v", len(got.Data), err)
	}
	if address, err := c.pictureURL(t.Context(), chat.Media{Blob: keep([]byte("BM is no picture that we draw"))}); !errors.Is(err, bots.ErrRejected) {
		t.Errorf("what is not drawn has the address %q, %v; want it refused", address, err)
	}
	changed := []byte(mine)
	changed[20] ^= 1
	for what, name := range map[string]string{"changed": string(changed), "cut": mine[:40], "empty": "", "its blob": blob + ".png"} {
		c.shut(what, name)
	}
	c.at = c.at.Add(pictureLife)
	c.shut("too old", mine)
	fresh := c.linkOf(chat.Media{Blob: blob})
	if err := c.members.Erase(t.Context(), seal.ErasuresBeside(c.place.masterKey()), anna.Member, func(context.Context, storage.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	c.shut("forgotten", fresh)
}

// TestDrawnOnce: a file of the programme that is too large is drawn for the first who
// fetches it, and no more are kept than there is room for.
func TestDrawnOnce(t *testing.T) {
	t.Parallel()
	var d gallery
	by, data := media.New(nil, nil), gray(t, 9)
	first, err := d.shrink(t.Context(), by, "a", data)
	again, errAgain := d.shrink(t.Context(), by, "a", nil)
	if err != nil || errAgain != nil || len(first.Data) == 0 || !bytes.Equal(first.Data, again.Data) {
		t.Errorf("%d bytes, %v; then %d, %v", len(first.Data), err, len(again.Data), errAgain)
	}
	if _, err := d.shrink(t.Context(), by, "b", nil); !errors.Is(err, media.ErrNoPicture) {
		t.Errorf("what is no picture: %v", err)
	}
	for i := range 2 * maxDrawn {
		if _, err := d.shrink(t.Context(), by, strconv.Itoa(i), data); err != nil || len(d.all) > maxDrawn {
			t.Fatalf("%d are kept, %v", len(d.all), err)
		}
	}
}

// linkOf is the last part of the address of a picture.
func (c *strangers) linkOf(m chat.Media) string {
	c.Helper()
	address, err := c.pictureURL(c.Context(), m)
	name, ok := strings.CutPrefix(address, "https://bonus.example"+picturesPath)
	if err != nil || !ok {
		c.Fatalf("address %q, %v", address, err)
	}
	return name
}

func (c *strangers) shut(what, name string) {
	c.Helper()
	if got, err := c.linkedPicture(c.Context(), name); !errors.Is(err, storage.ErrNotFound) {
		c.Errorf("%s: %d bytes, %v; want nothing", what, len(got.Data), err)
	}
}

func gray(t *testing.T, side int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
