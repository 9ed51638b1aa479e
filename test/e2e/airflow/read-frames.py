"""Reads every FITS file below a folder, strictly; says how many there are."""

import glob
import sys
import warnings

from astropy.io import fits

warnings.simplefilter("error")  # a wrong checksum is a warning
frames = glob.glob(sys.argv[1] + "/**/*.fits", recursive=True)
level_one = 0
for name in frames:
    with fits.open(name, checksum=True) as hdus:
        hdus.verify("exception")
        header, data = hdus[0].header, hdus[0].data
        assert data.shape == (header["NAXIS2"], header["NAXIS1"])
        if header.get("LEVEL") == 1:
            level_one += 1
            assert data.dtype == ">f4" and header["BUNIT"] == "adu"
            assert abs(data.mean(dtype="f8") - header["DATAMEAN"]) < 1e-3
print(f"{len(frames)} frames, {level_one} of level 1")
