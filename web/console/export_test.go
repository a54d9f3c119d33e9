package console

// OwnRoutes are the routes of a console that has no sections.
func OwnRoutes() []Route { return (&server{}).routes() }

// From and Device are what a request tells of who makes it.
var From, Device = from, device
