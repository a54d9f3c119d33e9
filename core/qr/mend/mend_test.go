package mend_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"
	"pgregory.net/rapid"

	"besedka/core/qr/mend"
)

const (
	module = 8 // pixels
	quiet  = 4 // modules around a drawn code
)

// drawn is a code as rows of brightness, quiet zone and all. Its text is in one piece,
// in the mode for bytes, as tills write it.
func drawn(t interface{ Fatal(...any) }, text string, level decoder.ErrorCorrectionLevel) [][]uint8 {
	code, err := encoder.Encoder_encodeWithoutHint(text, level)
	if err != nil {
		t.Fatal(err)
	}
	matrix := code.GetMatrix()
	rows := make([][]uint8, matrix.GetHeight()+2*quiet)
	for y := range rows {
		rows[y] = make([]uint8, len(rows))
		for x := range rows[y] {
			rows[y][x] = 230
			if i, j := x-quiet, y-quiet; i >= 0 && j >= 0 && i < matrix.GetWidth() && j < matrix.GetWidth() && matrix.Get(i, j) == 1 {
				rows[y][x] = 30
			}
		}
	}
	return rows
}

// photo is a picture of modules, and where the code's corners are in it.
func photo(modules [][]uint8) (*image.Gray, [4]mend.Point) {
	n := len(modules)
	g := image.NewGray(image.Rect(0, 0, n*module, n*module))
	for i := range g.Pix {
		g.Pix[i] = modules[i/g.Stride/module][i%g.Stride/module]
	}
	a, b := float64(quiet*module), float64((n-quiet)*module)
	return g, [4]mend.Point{{X: a, Y: a}, {X: b, Y: a}, {X: b, Y: b}, {X: a, Y: b}}
}

// damage gives a share of the modules any brightness, the other one's included, but
// for the corner patterns.
func damage(modules [][]uint8, dice *rand.Rand, share float64) {
	n := len(modules)
	for y := quiet + 9; y < n-quiet-9; y++ {
		for x := quiet + 9; x < n-quiet; x++ {
			if dice.Float64() < share {
				modules[y][x] = uint8(70 + dice.IntN(120))
			}
		}
	}
}

const receipt = "t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=1"

// TestReadsWhatIsBeyondRepair: a third of the modules of a wide part say nothing, which
// spoils far more bytes than Reed-Solomon repairs.
func TestReadsWhatIsBeyondRepair(t *testing.T) {
	t.Parallel()
	for level, name := range map[decoder.ErrorCorrectionLevel]string{decoder.ErrorCorrectionLevel_L: "L", decoder.ErrorCorrectionLevel_M: "M"} {
		modules := drawn(t, receipt, level)
		damage(modules, rand.New(rand.NewPCG(1, 2)), 1.0/3)
		g, corners := photo(modules)
		corners[2].X += 1.5 * module // the corner without a pattern is a guess
		if got, _ := mend.Read(t.Context(), g, corners); got != receipt {
			t.Errorf("level %s: got %q, want %q", name, got, receipt)
		}
	}
}

// TestNeverReadsAnotherText: any receipt under any damage gives its own text or none.
func TestNeverReadsAnotherText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
		text := fmt.Sprintf("t=20%02d%02d%02dT%02d%02d&s=%d.%02d&fn=%016d&i=%d&fp=%d&n=%d",
			number("year", 17, 39), number("month", 1, 12), number("day", 1, 28), number("hour", 0, 23), number("minute", 0, 59),
			number("rubles", 1, 99999), number("kopecks", 0, 99), number("fn", 1e15, 1e16-1), number("fd", 1, 1e6), number("fp", 1e8, 4294967295), number("n", 1, 4))
		level := rapid.SampledFrom([]decoder.ErrorCorrectionLevel{decoder.ErrorCorrectionLevel_L, decoder.ErrorCorrectionLevel_M}).Draw(t, "level")
		modules := drawn(t, text, level)
		damage(modules, rand.New(rand.NewPCG(uint64(number("seed", 0, 1<<30)), 0)), float64(number("damage", 0, 50))/100)
		g, corners := photo(modules)
		if got, _ := mend.Read(t.Context(), g, corners); got != "" && got != text {
			t.Fatalf("got %q of %q", got, text)
		}
	})
}

// TestReadsNothingElse: what is no receipt's code is none, however clear.
func TestReadsNothingElse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"https://example.com/an/advertisement/that/is/as/long/as/the/text/of/a/receipt",
		"t=20260301T1230&s=1284.50&fn=7284440500123456&i=4711&fp=3141592653&n=7",
	} {
		g, corners := photo(drawn(t, text, decoder.ErrorCorrectionLevel_L))
		if got, _ := mend.Read(t.Context(), g, corners); got != "" {
			t.Errorf("got %q of %q", got, text)
		}
	}
	noise := image.NewGray(image.Rect(0, 0, 300, 300))
	dice := rand.New(rand.NewPCG(3, 4))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(dice.Uint32())
	}
	if got, _ := mend.Read(t.Context(), noise, [4]mend.Point{{X: 20, Y: 20}, {X: 280, Y: 20}, {X: 280, Y: 280}, {X: 20, Y: 280}}); got != "" {
		t.Errorf("got %q of noise", got)
	}
}
