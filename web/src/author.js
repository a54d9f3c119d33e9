// The page that scripts are written on. The server checks, plays, draws and
// saves; these modules keep the text that is being written, and the talk.

import {Desk} from "./author/desk.js";

new Desk().start();
