//go:build tools

// Package tools pins tusd and all it is built from; install.sh builds it.
package tools

import _ "github.com/tus/tusd/v2/cmd/tusd"
