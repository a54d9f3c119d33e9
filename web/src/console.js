// Every page of the staff: keys, windows, and the stream that keeps pieces as they are
// now. Everything a page says comes from the server.

import "htmx.org";
import "htmx.org/dist/ext/hx-sse.js";
import {bar} from "./console/bar.js";
import {bell} from "./console/bell.js";
import {keys} from "./console/keys.js";
import {live} from "./console/live.js";
import {palette} from "./console/palette.js";
import {passkeys} from "./console/passkey.js";
import {windows} from "./console/windows.js";

bar();
windows();
palette();
keys();
bell();
live();
passkeys();
