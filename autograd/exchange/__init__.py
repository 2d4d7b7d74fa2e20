"""How arrays of other libraries come in and ours go out: DLPack, and the array API standard."""
