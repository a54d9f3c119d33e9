package main

import (
	"besedka/bots"
	"besedka/bots/gateway"
)

// menu is the menu of the programme in force.
func (a *app) menu() bots.Menu {
	p := a.programme()
	m := bots.Menu{Lang: p.Base(), Commands: map[string][]bots.Command{}, Page: a.appPage(), Title: p.Name[p.Base()]}
	for _, lang := range p.Languages {
		list := []bots.Command{}
		for _, c := range p.Commands {
			list = append(list, bots.Command{Name: c.Name, Title: c.Title[lang]})
		}
		m.Commands[lang] = list
	}
	return m
}

// withMenu is l, with the programme's menu where its messenger has one.
func (a *app) withMenu(l bots.Listener) bots.Listener {
	if m, ok := l.(bots.Menued); ok {
		return gateway.WithMenu(m, a.menu, a.log)
	}
	return l
}
