"""Themes in what customers say, found and held against examples that people labelled."""
