package emulator

import (
	"encoding/json"

	"besedka/core/fiscal"
)

// What an invented shop sells: goods of the invented dairy «Полянка», of which the staples
// are in every receipt that is large enough, and others. Prices are in kopecks.
var (
	staples = []fiscal.Line{
		{Name: "Молоко «Полянка» пастеризованное 2,5% 930мл", Price: 9490},
		{Name: "Йогурт питьевой «Полянка» земляника 270г", Price: 5990},
		{Name: "Йогурт «Лесной луг» черника 125г", Price: 7990},
	}
	dairy = []fiscal.Line{
		{Name: "Творог «Полянка» 5% 200г", Price: 11990},
		{Name: "Кефир «Полянка» 1% 930г", Price: 8990},
		{Name: "Сметана «Полянка» 20% 300г", Price: 10490},
		{Name: "Масло сливочное «Полянка» 82,5% 180г", Price: 20990},
		{Name: "Ряженка «Полянка» 4% 500г", Price: 7490},
		{Name: "Сырок глазированный «Полянка» ваниль 45г", Price: 3990},
	}
	others = []fiscal.Line{
		{Name: "Хлеб ржаной нарезка 350г", Price: 4990},
		{Name: "Яйцо куриное С1 10шт", Price: 10990},
		{Name: "Бананы весовые", Price: 12990},
		{Name: "Крупа гречневая 800г", Price: 8990},
		{Name: "Чай черный листовой 100г", Price: 13990},
		{Name: "Печенье овсяное 300г", Price: 8490},
	}
)

const (
	mostLines    = 12
	worthALine   = 2000 // kopecks; a smaller rest goes on top of the last price
	restOfTheBag = "Фрукты и овощи весовые"
)

// Invent makes up the contents of a receipt from its total: receipts of the same total
// have the same goods, which «Полянка» recognises all the dairy of. Their lines sum up
// exactly.
func Invent(q fiscal.QR) []byte {
	text, err := json.Marshal(fiscal.Receipt{
		Code: 3, Format: 4, FN: q.FN, FD: q.FD, FP: q.FP, Operation: q.Operation,
		Time: fiscal.Stamp{Local: q.Time}, Total: q.Sum, Cashless: q.Sum,
		Seller: "ООО «У Полянки» (выдуманный магазин)", INN: "0000000000",
		Place: "Магазин «У Полянки»", Address: "г. Москва, ул. Молочная, 1", Till: "0000000000000001",
		Lines: fill(q.Sum),
	})
	if err != nil {
		panic("invent a receipt: " + err.Error()) // whole numbers and texts always marshal
	}
	return text
}

// fill picks goods until the total is reached: every other line is dairy.
func fill(total int64) []fiscal.Line {
	var lines []fiscal.Line
	rest := total
	for len(lines) < mostLines {
		line := pick(int(total%100_000), len(lines)/2, len(lines)%2 == 0)
		if line.Price > rest {
			break
		}
		rest -= line.Price
		lines = append(lines, sold(line))
	}
	return pour(lines, rest)
}

// pick is the dairy line of a pair of lines, or the other; seed begins the shelves
// anywhere.
func pick(seed, pair int, ours bool) fiscal.Line {
	switch {
	case !ours:
		return others[(seed+pair)%len(others)]
	case pair < len(staples):
		return staples[pair]
	}
	return dairy[(seed+pair)%len(dairy)]
}

// pour puts what is left of the total into the last line, or into one of its own.
func pour(lines []fiscal.Line, rest int64) []fiscal.Line {
	switch {
	case len(lines) == 0:
		return []fiscal.Line{sold(fiscal.Line{Name: "Сырок глазированный «Полянка» 45г", Price: rest})}
	case rest >= worthALine:
		return append(lines, sold(fiscal.Line{Name: restOfTheBag, Price: rest}))
	}
	last := &lines[len(lines)-1]
	*last = sold(fiscal.Line{Name: last.Name, Price: last.Price + rest})
	return lines
}

// sold is one piece of a line, fully paid.
func sold(line fiscal.Line) fiscal.Line {
	line.Quantity, line.Sum = 1_000_000, line.Price
	line.VAT, line.Payment, line.Product = 2, 4, 1
	return line
}
