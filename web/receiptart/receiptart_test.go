package receiptart

import (
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"besedka/core/fiscal"
)

func slip(t *testing.T) fiscal.Receipt {
	t.Helper()
	r, err := fiscal.ParseReceipt([]byte(`{"fiscalDriveNumber":"7380440800512345","fiscalDocumentNumber":4821,"fiscalSign":2719364810,
		"operationType":1,"dateTime":1795370640,"totalSum":128450,"ecashTotalSum":128450,"user":"ООО «ПОЛЯНКА»","userInn":"7701234567",
		"retailPlaceAddress":"г. Москва, ул. Луговая, д. 3","items":[
		{"name":"Творог «Полянка» рассыпчатый 9 %, 300 г","price":18990,"quantity":2,"sum":37980},
		{"name":"Молоко «Полянка» 3,2 %, 930 мл","price":9490,"quantity":3,"sum":28470},
		{"name":"Сыр «Луговой», вес","price":89990,"quantity":0.45,"sum":40496},
		{"name":"Хлеб ржаной","price":21504,"quantity":1,"sum":21504}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func decode(img image.Image) (string, error) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return "", err
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		return "", err
	}
	return found.GetText(), nil
}

func TestReceiptCarriesItsCode(t *testing.T) {
	t.Parallel()
	r := slip(t)
	want := r.QR().String()
	img, err := Receipt(r, want)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decode(img); err != nil || got != want {
		t.Errorf("read %q, %v from the picture, want %q", got, err, want)
	}
	if q, err := fiscal.Parse(want); err != nil || q.Sum != 128450 {
		t.Errorf("its text parses as %v, %v", q, err)
	}
}

func TestNothingToRead(t *testing.T) {
	t.Parallel()
	torn, err := Receipt(slip(t), "")
	if err != nil {
		t.Fatal(err)
	}
	for name, img := range map[string]image.Image{"torn": torn, "pizza": Pizza()} {
		if got, err := decode(img); err == nil {
			t.Errorf("%s: read %q, want no code", name, got)
		}
	}
}

func TestLinesFitThePaper(t *testing.T) {
	t.Parallel()
	s, err := compose(slip(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range s.rows {
		if got, most := letters(r.text), s.columns(r.style); got > most {
			t.Errorf("%q has %d letters, the line holds %d", r.text, got, most)
		}
	}
}

// TestShow writes the pictures for people to look at: ART=/tmp/art go test.
func TestShow(t *testing.T) {
	dir := os.Getenv("ART")
	if dir == "" {
		t.Skip("ART names no folder")
	}
	r := slip(t)
	img, err := Receipt(r, r.QR().String())
	if err != nil {
		t.Fatal(err)
	}
	for name, img := range map[string]image.Image{"receipt": img, "pizza": Pizza()} {
		f, err := os.Create(filepath.Join(dir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, img); err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
	}
}
