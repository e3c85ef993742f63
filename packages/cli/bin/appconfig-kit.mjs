#!/usr/bin/env node
// Not built, so that it is there to be linked before anything is.
import '../dist/main.mjs'
