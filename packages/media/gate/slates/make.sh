#!/bin/sh
# Draws the two slates; see README.md. Needs ffmpeg with libx264 and the font WenQuanYi Micro Hei.
set -eu
cd "$(dirname "$0")"
font=${1:-/usr/share/fonts/truetype/wqy/wqy-microhei.ttc}

draw() {
  ffmpeg -v error -y \
    -f lavfi -i "color=c=0x0A0D11:s=$1:r=5:d=2" -f lavfi -i "anullsrc=r=48000:cl=stereo" -t 2 \
    -vf "drawtext=fontfile=$font:text=堰:fontsize=72:fontcolor=0x2C343E:x=(w-tw)/2:y=(h-th)/2-10,drawbox=x=iw/2-60:y=ih/2+52:w=120:h=2:color=0x2C343E:t=fill,drawbox=x=iw/2-12:y=ih/2+52:w=24:h=2:color=0x4FC3D3:t=fill,format=yuv420p" \
    -c:v libx264 -profile:v main -preset veryslow -tune stillimage -crf 24 -g 10 -keyint_min 10 -bf 0 -refs 1 \
    -x264-params "scenecut=0:open-gop=0" -bsf:v "filter_units=remove_types=6" \
    -c:a aac -b:a 32k -ar 48000 -ac 2 \
    -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1 "$2"
}

draw 640x360 landscape.flv
draw 360x640 portrait.flv
