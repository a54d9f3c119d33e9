package qr

// Hint is what was measured on a picture without a code.
type Hint string

// The hints.
const (
	TooSmall Hint = "too_small" // too few pixels for the code of a receipt
	TooDark  Hint = "dark"
)

// The measures are of the whole picture and rough: below them nobody could read a
// receipt's code, above them we do not know why.
const (
	leastSide = 120 // pixels; a fiscal code has 33 modules and needs two or three for each
	darkMean  = 45  // of 255
)

// hint says what is plainly wrong with a picture in which nothing was found.
func (s *search) hint() Hint {
	g := s.picture
	if min(g.Rect.Dx(), g.Rect.Dy()) < leastSide {
		return TooSmall
	}
	sum := 0
	for _, v := range g.Pix {
		sum += int(v)
	}
	if sum/len(g.Pix) < darkMean {
		return TooDark
	}
	return ""
}
