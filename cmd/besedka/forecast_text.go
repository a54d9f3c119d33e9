package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// barCells is how wide a bar of the terminal is.
const barCells = 24

// text is the view for a terminal.
func (v forecastView) text() string {
	var out strings.Builder
	if v.None != "" {
		return v.Title + "\n" + v.None + "\n"
	}
	fmt.Fprintf(&out, "%s\n%s\n\n", v.Title, v.Lead)
	rows := [][]string{{"", v.Draft, v.Active, v.Difference}}
	for _, r := range v.Totals {
		rows = append(rows, []string{r.Name, r.Draft, r.Active, r.Difference})
	}
	aligned(&out, rows)
	if len(v.Days) > 0 {
		fmt.Fprintf(&out, "\n%s: █ %s, │ %s\n", v.Chart, v.Draft, v.Active)
		rows = [][]string{{v.Day, v.Receipts, v.Draft, v.Active, ""}}
		for _, d := range v.Days {
			rows = append(rows, []string{d.Day, d.Receipts, d.Draft, d.Active, bar(d.DraftBar, d.ActiveBar)})
		}
		aligned(&out, rows)
	}
	for i, line := range v.Limits {
		if i == 0 {
			out.WriteString("\n")
		}
		out.WriteString(line + "\n")
	}
	for _, c := range v.Changes {
		fmt.Fprintf(&out, "\n%s: %s; %s; %s\n", c.Name, c.Gain, c.Lose, c.Same)
		for _, most := range []string{c.MostGain, c.MostLose} {
			if most != "" {
				out.WriteString("  " + most + "\n")
			}
		}
	}
	return out.String()
}

// bar is the draft's as a filled one, with a stroke where the other ends. Both are in
// thousandths.
func bar(draft, active int64) string {
	cells := make([]rune, barCells+1)
	for i := range cells {
		cells[i] = ' '
		if int64(i*1000) < draft*barCells {
			cells[i] = '█'
		}
	}
	if active > 0 {
		cells[(active*barCells+999)/1000] = '│'
	}
	return strings.TrimRight(string(cells), " ")
}

// aligned prints rows with the first column to the left, the others to the right; the
// last of five is a picture.
func aligned(out *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch {
			case i == 0:
				line += cell + pad
			case i == 4:
				line += "  " + cell
			default:
				line += "  " + pad + cell
			}
		}
		out.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
