package zxing

import (
	"context"
	"errors"
	"image"
)

// What the module registers, by the names of its C++.
const (
	optionsType    = "ReaderOptions"
	resultType     = "ReadResult"
	positionType   = "Position"
	pointType      = "Point"
	decodeFunction = "readBarcodesFromPixmap"
)

// Options of a call; the zero value looks for upright, turned and inverted codes.
type Options struct {
	Denoise bool // close the gaps of a coarse print first
	Global  bool // one threshold for the whole picture instead of local ones
}

// Symbol is a QR code in a picture: its text, or why it could not be read although
// it was seen, and its corners as the code stands: top left, top right, bottom
// right, bottom left.
type Symbol struct {
	Text    string
	Err     error // the code is there, its text is not
	Corners [4]image.Point
}

// read copies a picture into the module's memory, calls the reader and copies what
// it found.
func (in *instance) read(ctx context.Context, g *image.Gray, o Options) (symbols []Symbol, err error) {
	defer in.rescue(&err)
	ctx = context.WithValue(ctx, current{}, in)
	w, h := g.Rect.Dx(), g.Rect.Dy()
	pixels := in.allocate(ctx, w*h)
	memory := in.bytes(pixels, uint32(w*h))
	for y := range h {
		copy(memory[y*w:(y+1)*w], g.Pix[y*g.Stride:])
	}
	options := in.options(ctx, o)
	found := in.slot(ctx, in.decode.slot, 1, uint64(in.decode.context), uint64(pixels), uint64(w), uint64(h), options)
	symbols = in.symbols(ctx, uint32(found))
	in.slot(ctx, in.discard, 0, found)
	in.slot(ctx, in.named[optionsType].destroy, 0, options)
	in.release(ctx, pixels)
	return symbols, nil
}

// settings are the fields of ReaderOptions; what is left out keeps C++'s default.
func (o Options) settings() map[string]uint64 {
	set := map[string]uint64{
		"tryHarder": 1, "tryRotate": 1, "tryInvert": 1, "tryDownscale": 1, "tryDenoise": 0, "isPure": 0, "binarizer": 0,
		"downscaleThreshold": 500, "downscaleFactor": 3, "minLineCount": 2, "maxNumberOfSymbols": 255, "validateOptionalChecksum": 0,
		"returnErrors": 1, "eanAddOnSymbol": 0, "textMode": 0, "characterSet": 0, "tryCode39ExtendedMode": 1,
	}
	if o.Denoise {
		set["tryDenoise"] = 1
	}
	if o.Global {
		set["binarizer"] = 1
	}
	return set
}

func (in *instance) options(ctx context.Context, o Options) uint64 {
	kind := in.named[optionsType]
	options := in.slot(ctx, kind.construct, 1)
	formats := in.text(ctx, "QRCode")
	in.set(ctx, kind, options, "formats", uint64(formats))
	in.release(ctx, formats)
	for name, value := range o.settings() {
		in.set(ctx, kind, options, name, value)
	}
	return options
}

func (in *instance) set(ctx context.Context, o *object, at uint64, name string, value uint64) {
	f, ok := o.fields[name]
	if !ok {
		panic(errors.New("no option " + name))
	}
	in.slot(ctx, f.set.slot, 0, uint64(f.set.context), at, value)
}

func (in *instance) get(ctx context.Context, kind string, at uint32, name string) uint32 {
	f, ok := in.named[kind].fields[name]
	if !ok {
		panic(errors.New("no field " + name))
	}
	return uint32(in.slot(ctx, f.get.slot, 1, uint64(f.get.context), uint64(at)))
}

// text makes a string as embind passes it: its length, then its bytes.
func (in *instance) text(ctx context.Context, s string) uint32 {
	at := in.allocate(ctx, 4+len(s)+1)
	in.setWord(at, uint32(len(s)))
	copy(in.bytes(at+4, uint32(len(s)+1)), s+"\x00")
	return at
}

// take reads such a string and frees it.
func (in *instance) take(ctx context.Context, at uint32) string {
	s := string(in.bytes(at+4, in.word(at)))
	in.release(ctx, at)
	return s
}

// symbols reads a vector of results: pointers to its first element and behind its
// last.
func (in *instance) symbols(ctx context.Context, vector uint32) (all []Symbol) {
	first, end := in.word(vector), in.word(vector+4)
	n := uint32(in.slot(ctx, in.size.slot, 1, uint64(in.size.context), uint64(vector)))
	if n == 0 {
		return nil
	}
	for at := first; at < end; at += (end - first) / n {
		all = append(all, in.symbol(ctx, at))
	}
	return all
}

func (in *instance) symbol(ctx context.Context, at uint32) (s Symbol) {
	if in.get(ctx, resultType, at, "isValid") != 0 {
		s.Text = in.take(ctx, in.get(ctx, resultType, at, "text"))
	} else {
		s.Err = errors.New(in.take(ctx, in.get(ctx, resultType, at, "error")))
	}
	position := in.get(ctx, resultType, at, "position")
	for i, name := range [...]string{"topLeft", "topRight", "bottomRight", "bottomLeft"} {
		corner := in.get(ctx, positionType, position, name)
		s.Corners[i] = image.Pt(int(int32(in.get(ctx, pointType, corner, "x"))), int(int32(in.get(ctx, pointType, corner, "y"))))
		in.release(ctx, corner)
	}
	in.release(ctx, position)
	return s
}
