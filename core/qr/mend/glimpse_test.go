package mend_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"

	"besedka/core/qr/mend"
)

// glimpse is what a photo shows of a code so badly damaged that it is not read.
func glimpse(t *testing.T, text string, seed uint64, share float64) mend.Glimpse {
	t.Helper()
	modules := drawn(t, text, decoder.ErrorCorrectionLevel_L)
	damage(modules, rand.New(rand.NewPCG(seed, 9)), share)
	g, corners := photo(modules)
	read, seen := mend.Read(t.Context(), g, corners)
	if read != "" || len(seen) == 0 || len(seen) > mend.MaxGlimpse {
		t.Fatalf("one photo alone: %q, %d bytes seen", read, len(seen))
	}
	return seen
}

// TestTwoPhotosTogether: neither of two photos can be read, both together can.
func TestTwoPhotosTogether(t *testing.T) {
	t.Parallel()
	const other = "t=20260302T1831&s=730.00&fn=7284440500123456&i=4822&fp=2718281828&n=1"
	first, second := glimpse(t, receipt, 2, 0.86), glimpse(t, receipt, 3, 0.86)
	if got := mend.Together(t.Context(), second, [][]byte{glimpse(t, other, 4, 0.86), first}); got != receipt {
		t.Errorf("together: %q, want %q", got, receipt)
	}
	for name, earlier := range map[string][][]byte{
		"none":            nil,
		"itself":          {second},
		"another receipt": {glimpse(t, other, 5, 0.86)},
		"rubbish":         {nil, {5}, make([]byte, mend.MaxGlimpse), append(mend.Glimpse{9}, first[1:]...), first[:100]},
	} {
		if got := mend.Together(t.Context(), second, earlier); got != "" {
			t.Errorf("with %s: %q", name, got)
		}
	}
	if got := mend.Together(t.Context(), first[:9], [][]byte{second}); got != "" {
		t.Errorf("half a glimpse: %q", got)
	}
}

// TestTogetherNeverAnotherText: what two photos say together, of one receipt or of two,
// is what one of them shows.
func TestTogetherNeverAnotherText(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(20, 26))
	for range 12 {
		texts := [2]string{somebodys(dice), somebodys(dice)}
		if dice.IntN(2) == 0 {
			texts[1] = texts[0]
		}
		var seen [2]mend.Glimpse
		for i, text := range texts {
			modules := drawn(t, text, decoder.ErrorCorrectionLevel_L)
			damage(modules, dice, 0.7+0.3*dice.Float64())
			g, corners := photo(modules)
			_, seen[i] = mend.Read(t.Context(), g, corners)
		}
		if got := mend.Together(t.Context(), seen[0], [][]byte{seen[1]}); got != "" && got != texts[0] && got != texts[1] {
			t.Errorf("got %q of %q", got, texts)
		}
	}
}

// somebodys is the text of a receipt.
func somebodys(dice *rand.Rand) string {
	return fmt.Sprintf("t=202603%02dT%02d%02d&s=%d.%02d&fn=%016d&i=%d&fp=%d&n=1", 1+dice.IntN(28), dice.IntN(24), dice.IntN(60),
		1+dice.IntN(9999), dice.IntN(100), 7280440500000000+dice.Int64N(1e9), 1+dice.IntN(99999), 1e8+dice.Int64N(3e9))
}
