package mend

// field is the finite field of 256 elements that QR codes calculate in.
type field struct {
	exp [255]byte
	log [256]int
}

func newField() *field {
	f := &field{}
	v := 1
	for i := range f.exp {
		f.exp[i], f.log[v] = byte(v), i
		if v <<= 1; v > 255 {
			v ^= 0x11D
		}
	}
	return f
}

func (f *field) times(a, b byte) byte {
	if a == 0 || b == 0 {
		return 0
	}
	return f.exp[(f.log[a]+f.log[b])%255]
}

// generator is the polynomial of n check bytes, without its leading 1.
func (f *field) generator(n int) []byte {
	g := make([]byte, n)
	g[n-1] = 1
	for i := range n {
		for j := range n {
			g[j] = f.times(g[j], f.exp[i])
			if j+1 < n {
				g[j] ^= g[j+1]
			}
		}
	}
	return g
}

// check gives the n check bytes of data.
func (f *field) check(data []byte, n int) []byte {
	g, rest := f.generator(n), make([]byte, n)
	for _, d := range data {
		lead := d ^ rest[0]
		copy(rest, rest[1:])
		rest[n-1] = 0
		for i := range rest {
			rest[i] ^= f.times(lead, g[i])
		}
	}
	return rest
}
