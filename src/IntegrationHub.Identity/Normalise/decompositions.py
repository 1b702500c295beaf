"""Writes decompositions.txt: what Unicode says about compatibility decomposition, as far as matching keys need it.

The runtime runs without ICU, where .NET leaves text as it is when asked to normalise it, so the facts come along.
Run: python3 decompositions.py > decompositions.txt   (Hangul syllables are computed, not listed.)
"""
import sys
import unicodedata

print(f"# Unicode {unicodedata.unidata_version}: full compatibility decompositions, then combining classes as first-last=class.")
for code in range(0x110000):
    if 0xAC00 <= code <= 0xD7A3 or 0xD800 <= code <= 0xDFFF:
        continue
    text = chr(code)
    apart = unicodedata.normalize("NFKD", text)
    if apart != text:
        print(f"{code:X} {' '.join(f'{ord(c):X}' for c in apart)}")

start, last = None, 0
for code in range(0x110001):
    kind = unicodedata.combining(chr(code)) if code < 0x110000 else 0
    if kind != last:
        if last:
            print(f"{start:X}-{code - 1:X}={last}")
        start, last = code, kind
sys.stdout.flush()
