package console

// OwnRoutes are the routes of a console that has no sections.
func OwnRoutes() []Route { return (&server{}).routes() }
