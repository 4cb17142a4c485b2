package org

func usccProblem(code string) string { return "" }
func usccWarning(code string) string { return "" }
