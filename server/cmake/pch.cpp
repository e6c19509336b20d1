// Exists so that pch.hpp is compiled once; the rooms reuse the result.
