package api

import "net/http"

// showToday counts the day so far; of people no more than may be told.
func (a *api) showToday(c call) (any, error) { return a.Reports.Today(c.ctx, c.now) }

// exportToday writes the same figures as a file; who took it is in the audit log.
func (a *api) exportToday(c call, w http.ResponseWriter) error {
	excel, err := c.excel()
	if err != nil {
		return err
	}
	today, err := a.Reports.Export(c.ctx, c.now, c.by.ID)
	if err != nil {
		return err
	}
	asFile(w, "today-"+today.Day+".csv")
	return today.Write(w, c.by.ID, excel)
}
