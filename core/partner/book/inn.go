package book

// weights of the check digits of an INN, which is the last one of a firm's ten and
// the last two of a person's twelve (order MM-7-6/435@ of the tax service, 2012).
var (
	firm   = []int{2, 4, 10, 3, 5, 9, 4, 6, 8}
	person = [][]int{{7, 2, 4, 10, 3, 5, 9, 4, 6, 8}, {3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8}}
)

// goodINN says whether a text is an INN by its digits.
func goodINN(text string) bool {
	switch {
	case !digits(text):
		return false
	case len(text) == 10:
		return checks(text, firm)
	case len(text) == 12:
		return checks(text, person[0]) && checks(text, person[1])
	}
	return false
}

func checks(text string, weights []int) bool {
	sum := 0
	for i, w := range weights {
		sum += w * int(text[i]-'0')
	}
	return sum%11%10 == int(text[len(weights)]-'0')
}

func digits(text string) bool {
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return text != ""
}
