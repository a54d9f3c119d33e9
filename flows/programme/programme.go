package programme

import "embed"

// Files is the programme folder, see flows.Load.
//
//go:embed *.yaml campaigns flows locales media surveys
var Files embed.FS
