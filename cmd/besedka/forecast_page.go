package main

import (
	_ "embed"
	"fmt"
	"html/template"
)

//go:embed forecast_page.html
var forecastHTML string

// forecastPage is one self-contained page without scripts, of a forecastView.
var forecastPage = template.Must(template.New("forecast").Funcs(template.FuncMap{
	"draftX": func(i int) int { return 4 + i*26 },
	"actX":   func(i int) int { return 14 + i*26 },
	"width":  func(days []dayView) int { return 20 + len(days)*26 },
	"height": func(part int64) int64 { return part * 200 / 1000 },
	"top":    func(part int64) int64 { return 220 - part*200/1000 },
	"short":  func(day string) string { return day[8:10] + "." + day[5:7] },
	"tick":   func(i int) bool { return i%7 == 0 },
	"share":  func(part int64) string { return fmt.Sprintf("%d.%d", part/10, part%10) },
}).Parse(forecastHTML))
